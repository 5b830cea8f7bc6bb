def sum_for(n):
    s = 0
    for i in range(n):
        s += i
    return s


def sum_while(n):
    i = s = 0
    while i != n:
        i, s = i + 1, s + i
    return s


def sum_vector(v):
    s = 0
    for i in range(len(v)):
        s += v[i]
    return s


def bench(n):
    v = [1] * n
    return sum_for(n) + sum_while(n) + sum_for(n) + sum_vector(v)
