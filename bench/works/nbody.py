from math import sqrt


class Body:
    __slots__ = ("mass", "vx", "vy", "vz", "x", "y", "z")

    def __init__(self, x, y, z, vx, vy, vz, mass):
        self.x, self.y, self.z = x, y, z
        self.vx, self.vy, self.vz = vx, vy, vz
        self.mass = mass


def make_bodies():
    return [Body(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 39.47),
            Body(4.84, -1.16, -0.1, 0.6, 2.8, -0.02, 0.037),
            Body(8.34, 4.12, -0.4, -1.01, 1.82, 0.008, 0.011),
            Body(12.89, -15.11, -0.22, 1.08, 0.86, -0.01, 0.0017)]


def advance(bodies, dt):
    for i, a in enumerate(bodies):
        for b in bodies[i + 1:]:
            dx = a.x - b.x
            dy = a.y - b.y
            dz = a.z - b.z
            d2 = dx * dx + dy * dy + dz * dz
            mag = dt / (d2 * sqrt(d2))
            ma = a.mass * mag
            mb = b.mass * mag
            a.vx -= dx * mb
            a.vy -= dy * mb
            a.vz -= dz * mb
            b.vx += dx * ma
            b.vy += dy * ma
            b.vz += dz * ma
    for b in bodies:
        b.x += dt * b.vx
        b.y += dt * b.vy
        b.z += dt * b.vz


def bench(n):
    bodies = make_bodies()
    for _ in range(n):
        advance(bodies, 0.01)
    return bodies[0].x
