def bench(n):
    a = [[1.5] * n for _ in range(n)]
    b = [[2.0] * n for _ in range(n)]
    c = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            s = 0.0
            for k in range(n):
                s += a[i][k] * b[k][j]
            c[i][j] = s
    return c[1][1]
