package org.lmconv.model;

import ai.djl.Device;

/** The device that the tests of the model run on: the system property {@code lmconv.device}. */
public final class TestDevice {
  private TestDevice() {}

  /** The CPU unless the property says {@code gpu}. */
  public static Device get() {
    return System.getProperty("lmconv.device", "cpu").equals("gpu") ? Device.gpu(0) : Device.cpu();
  }
}
