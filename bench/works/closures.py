def make_adder(k):
    return lambda x: x + k


def compose(f, g):
    return lambda x: f(g(x))


def bench(n):
    numbers = list(range(100))
    total = 0
    for i in range(n):
        f = compose(make_adder(i), make_adder(1))
        for x in [f(x) for x in numbers]:
            total += x
    return total
