class Sym:
    pass


class Ch:
    pass


def bench(n):
    s = 0
    items = [1, "abc", Sym(), 2.5, Ch(), (1, 2), [1, 2]]
    for _i in range(n):
        for x in items:
            if isinstance(x, int):
                s += 1
            elif isinstance(x, str):
                s += 2
            elif isinstance(x, Sym):
                s += 3
            elif isinstance(x, float):
                s += 4
            elif isinstance(x, Ch):
                s += 5
            elif isinstance(x, tuple):
                s += 6
            elif isinstance(x, list):
                s += 7
            else:
                s += 8
    return s
