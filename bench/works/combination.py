class Base:
    def __init__(self):
        self.log = 0

    def before(self):
        self.log += 1

    def after(self):
        pass

    def main(self):
        return 1

    def act(self):
        self.before()
        try:
            return self.main()
        finally:
            self.after()


class Derived(Base):
    def after(self):
        self.log += 1


def bench(n):
    d = Derived()
    s = 0
    for _i in range(n):
        s += d.act()
    return s + d.log
