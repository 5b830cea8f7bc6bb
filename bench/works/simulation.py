class Shape:
    def __init__(self, name, scale=1):
        self.name = name
        self.scale = scale

    def area(self):
        return self.scale * self.area1()

    def describe(self):
        return 1


class Circle(Shape):
    def __init__(self, name, r):
        super().__init__(name)
        self.r = r

    def area1(self):
        return 3 * self.r * self.r

    def describe(self):
        return 10 + super().describe()


class Square(Shape):
    def __init__(self, name, side):
        super().__init__(name)
        self.side = side

    def area1(self):
        return self.side * self.side


table = {
    (Circle, Circle): lambda a, b: 1,
    (Circle, Square): lambda a, b: 2,
    (Square, Circle): lambda a, b: 3,
    (Square, Square): lambda a, b: 4,
}


def collide(a, b):
    return table[type(a), type(b)](a, b)


def bench(n):
    shapes = [Circle(i, i) if i % 2 == 0 else Square(i, i) for i in range(20)]
    s = 0
    for k in range(n):
        for a in shapes:
            s += a.area()
            s += a.describe()
            a.scale = 1 + k % 3
            s += collide(a, shapes[0])
            s += a.name
    return s
