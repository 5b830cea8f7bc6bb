def bench(n):
    s = 0.0
    for _i in range(n):
        s = s * 0.5 + 1.25
    return s
