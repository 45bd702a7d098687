package org.lmconv.orders.picture;

import java.awt.Color;

/** Colours that also readers who do not tell red from green can tell. */
final class Palette {
  static final Color LINE = new Color(0xD0D0D0);
  static final Color HOLE = new Color(0xFFE3C2);
  static final Color LIVE = new Color(0x2F7EBC);
  static final Color DEAD = new Color(0xE9E9E9);
  static final Color CENTRE = new Color(0xF28E2B);
  static final Color EARLIER = new Color(0xD6E6F4);
  static final Color INK = new Color(0x333333);

  /** What is not shown of an image, RGB. */
  static final int[] CHEQUERED = {0x5B8DB8, 0x86B0D2};

  /** From early to late, or from little to much: even steps of lightness, dark to light. */
  private static final Color[] SCALE = {
    new Color(0x440154),
    new Color(0x3B528B),
    new Color(0x21918C),
    new Color(0x5EC962),
    new Color(0xF0DC24)
  };

  private Palette() {}

  /** The colour of a share, 0 to 1. */
  static Color scale(double share) {
    double place = Math.max(0, Math.min(1, share)) * (SCALE.length - 1);
    int below = Math.min((int) place, SCALE.length - 2);
    return between(SCALE[below], SCALE[below + 1], place - below);
  }

  private static Color between(Color from, Color to, double share) {
    return new Color(
        mix(from.getRed(), to.getRed(), share),
        mix(from.getGreen(), to.getGreen(), share),
        mix(from.getBlue(), to.getBlue(), share));
  }

  private static int mix(int from, int to, double share) {
    return (int) Math.round(from + (to - from) * share);
  }
}
