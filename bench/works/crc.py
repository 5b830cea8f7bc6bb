def table():
    t = []
    for i in range(256):
        c = i
        for _k in range(8):
            c = 0xEDB88320 ^ (c >> 1) if c & 1 else c >> 1
        t.append(c)
    return t


def bench(n):
    t = table()
    crc = 0xFFFFFFFF
    data = bytearray(range(256))
    for _j in range(n):
        for b in data:
            crc = t[(crc ^ b) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF
