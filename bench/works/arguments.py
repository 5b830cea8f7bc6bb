def sum_all(*xs):
    s = 0
    for x in xs:
        s += x
    return s


def opt(a, b=2, c=None):
    return a + b + c if c is not None else a + b


def bench(n):
    s = 0
    for i in range(n):
        s += sum_all(i, 1, 2, 3)
        s += opt(i)
        s += opt(i, 3, 4)
        s += sum((i, *[1, 2, 3]))
        s += sum_all(*[1, 2])
    return s
