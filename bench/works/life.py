def step(grid, w, h):
    new = [[0] * w for _ in range(h)]
    for y in range(h):
        for x in range(w):
            n = 0
            for dy in range(-1, 2):
                for dx in range(-1, 2):
                    if not (dx == 0 and dy == 0):
                        n += grid[(y + dy) % h][(x + dx) % w]
            new[y][x] = 1 if n == 3 else 1 if n == 2 and grid[y][x] == 1 else 0
    return new


def bench(gens):
    w = h = 32
    grid = [[0] * w for _ in range(h)]
    for y, x in ((1, 2), (2, 3), (3, 1), (3, 2), (3, 3), (10, 10), (10, 11), (10, 12)):
        grid[y][x] = 1
    for _i in range(gens):
        grid = step(grid, w, h)
    return sum(map(sum, grid))
