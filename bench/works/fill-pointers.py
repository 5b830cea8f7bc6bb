def bench(n):
    v = []
    s = 0
    for i in range(n):
        v.append(i)
    for x in v:
        s += x
    for i in range(n):
        s += v[i]
    while len(v) > 0:
        s += v.pop()
    return s
