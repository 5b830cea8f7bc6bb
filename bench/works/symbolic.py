def deriv(e, x):
    if isinstance(e, int):
        return 0
    if isinstance(e, str):
        return 1 if e == x else 0
    op = e[0]
    if op == "+":
        return ("+", deriv(e[1], x), deriv(e[2], x))
    if op == "*":
        return ("+", ("*", e[1], deriv(e[2], x)), ("*", deriv(e[1], x), e[2]))
    raise ValueError


def simp(e):
    if not isinstance(e, tuple):
        return e
    a = simp(e[1])
    b = simp(e[2])
    if isinstance(a, int) and isinstance(b, int):
        return a + b if e[0] == "+" else a * b
    if e[0] == "*" and (a == 0 or b == 0):
        return 0
    if e[0] == "+" and a == 0:
        return b
    if e[0] == "+" and b == 0:
        return a
    if e[0] == "*" and a == 1:
        return b
    if e[0] == "*" and b == 1:
        return a
    return (e[0], a, b)


def size(x):
    return 1 + sum(map(size, x)) if isinstance(x, tuple) else 1


def bench(n):
    e = ("+", ("*", "x", ("*", "x", ("+", "x", 3))), ("*", ("*", 5, "x"), ("+", "x", ("*", "x", "x"))))
    s = 0
    for _i in range(n):
        s += size(simp(deriv(deriv(e, "x"), "x")))
    return s
