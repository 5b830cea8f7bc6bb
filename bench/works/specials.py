depth = 0


def inner():
    return depth + 1


def outer(n):
    global depth
    old = depth
    depth = n
    try:
        return inner()
    finally:
        depth = old


def bench(n):
    total = 0
    for i in range(n):
        total += outer(i)
    return total
