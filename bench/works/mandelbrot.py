def iterations(cr, ci, limit):
    zr = zi = 0.0
    for i in range(limit):
        r2 = zr * zr
        i2 = zi * zi
        if r2 + i2 > 4.0:
            return i
        zi = 2.0 * zr * zi + ci
        zr = r2 - i2 + cr
    return limit


def bench(n):
    total = 0
    for y in range(n):
        for x in range(n):
            total += iterations(3.0 * x / n - 2.0, 2.0 * y / n - 1.0, 50)
    return total
