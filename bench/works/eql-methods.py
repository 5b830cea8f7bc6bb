ops = {"add": lambda x: x + 1, "sub": lambda x: x - 1, "mul": lambda x: x * 2}


def run(op, x):
    return ops[op](x)


def bench(n):
    s = 0
    for i in range(n):
        s += run("add", i)
        s += run("sub", i)
        s += run("mul", i)
    return s
