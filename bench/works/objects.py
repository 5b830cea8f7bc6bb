class Shape:
    def __init__(self, width, height):
        self.width = width
        self.height = height

    def area(self):
        return self.width * self.height


def bench(n):
    total = 0
    for i in range(n):
        s = Shape(width=i, height=2)
        s.width = s.width + 1
        total += s.area()
        total += s.area()
    return total
