class Point:
    __slots__ = ("x", "y")

    def __init__(self, x=0, y=0):
        self.x = x
        self.y = y


class Particle:
    __slots__ = ("age", "pos", "vel")

    def __init__(self, pos, vel):
        self.pos = pos
        self.vel = vel
        self.age = 0


def bench(n):
    ps = [Particle(Point(i, 2 * i), Point(1, -1)) for i in range(50)]
    for _k in range(n):
        for p in ps:
            p.pos.x += p.vel.x
            p.pos.y += p.vel.y
            p.age += 1
            if p.pos.x > 100:
                p.pos = Point(x=0, y=0)
    return sum(p.pos.x + p.age for p in ps)
