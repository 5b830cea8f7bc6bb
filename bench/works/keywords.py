def area(width=1, height=1, scale=1):
    return width * height * scale


def shifted(x, by=1):
    return x + by


def bench(n):
    total = 0
    for i in range(n):
        total += area(width=i, height=2)
        total += area(scale=3, width=i, height=2)
        total += shifted(i)
        total += shifted(i, by=5)
    return total
