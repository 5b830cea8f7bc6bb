from functools import singledispatch


class Sym:
    pass


@singledispatch
def size(x):
    raise TypeError


size.register(int)(lambda x: 8)
size.register(str)(lambda x: len(x))
size.register(Sym)(lambda x: 4)
size.register(list)(lambda x: sum(map(size, x)))
a = Sym()


def bench(n):
    tree = [1, "abc", [a, a, [2, "de"]], 3]
    s = 0
    for _i in range(n):
        s += size(tree)
    return s
