"""Stands for the weather service: takes some milliseconds, and gives the same answer to the same question."""
import time
import zlib


def ask(country, city, at):
    time.sleep(0.005)
    number = zlib.crc32(f"{country}/{city}/{at[:13]}".encode())
    return {
        "temp": number % 400 / 10 - 5, "humidity": number % 101, "wind": {"speed": number % 13, "deg": number % 360},
        "alerts": [], "raining": number % 4 == 0, "summary": ("sunny", "fog", "wind", "näßlich")[number % 4]}
