#!/usr/bin/env python3
"""Draws the portrait of the sample licence: make_portrait.py | cjpeg -quality 82 -optimize > portrait.jpg

The person does not exist; every shape is computed below.
"""
import sys

WIDTH, HEIGHT, SAMPLES = 240, 320, 3

BACKGROUND_TOP, BACKGROUND_BOTTOM = (214, 226, 233), (168, 190, 203)
JACKET, JACKET_DARK, SHIRT = (38, 62, 92), (28, 47, 72), (238, 240, 242)
SKIN, SKIN_SHADE, LIPS = (224, 178, 146), (204, 154, 122), (178, 96, 88)
HAIR, IRIS, WHITE, BLACK = (66, 44, 34), (70, 98, 84), (250, 250, 248), (30, 24, 22)


def ellipse(x, y, cx, cy, rx, ry):
    return ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1.0


def colour(x, y):
    """The colour at a point; the first shape that covers it wins, from front to back."""
    mirrored = abs(x - 120)
    if ellipse(mirrored, y, 28, 142, 3.2, 3.6): return BLACK
    if ellipse(mirrored, y, 28, 142, 6.0, 6.2): return IRIS
    if ellipse(mirrored, y, 28, 142, 12.0, 6.6): return WHITE
    if ellipse(mirrored, y, 28, 125, 16.0, 4.6) and not ellipse(mirrored, y, 28, 129, 17.0, 5.0): return HAIR
    if ellipse(x, y, 120, 199, 20, 6.0) and y >= 197: return LIPS
    if ellipse(x, y, 120, 199, 20, 4.0): return (160, 80, 74)
    if ellipse(mirrored, y, 5, 172, 6.5, 4.0): return SKIN_SHADE
    if ellipse(x, y, 131, 158, 4.0, 18.0) and x > 129: return SKIN_SHADE
    fringe = ellipse(x, y, 120, 92, 66, 40) and not ellipse(x, y, 132, 128, 58, 40)
    if fringe: return HAIR
    if ellipse(x, y, 120, 152, 58, 78): return SKIN if x < 160 - (y - 150) * 0.12 else SKIN_SHADE
    if ellipse(mirrored, y, 59, 156, 9, 17): return SKIN_SHADE
    if ellipse(x, y, 120, 122, 72, 74) and y < 176: return HAIR
    collar = 236 + mirrored * 0.9
    if mirrored < 26 and 200 < y < 262: return SKIN_SHADE if y < 246 else SKIN
    if y > collar and mirrored < 34 and y < 300 - mirrored * 0.6: return SHIRT
    if ellipse(x, y, 120, 352, 118, 108): return JACKET if mirrored > 52 - (y - 250) * 0.5 else JACKET_DARK
    share = y / HEIGHT
    return tuple(round(a + (b - a) * share) for a, b in zip(BACKGROUND_TOP, BACKGROUND_BOTTOM))


def main():
    out = bytearray(f"P6 {WIDTH} {HEIGHT} 255\n".encode())
    offsets = [(i + 0.5) / SAMPLES for i in range(SAMPLES)]
    for row in range(HEIGHT):
        for column in range(WIDTH):
            samples = [colour(column + dx, row + dy) for dy in offsets for dx in offsets]
            out += bytes(sum(s[channel] for s in samples) // len(samples) for channel in range(3))
    sys.stdout.buffer.write(out)


main()
