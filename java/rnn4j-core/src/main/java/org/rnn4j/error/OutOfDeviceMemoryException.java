package org.rnn4j.error;

/** A device has no room for weights, states or a call's workspace: names what, and both sizes. */
public final class OutOfDeviceMemoryException extends DeviceException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what was asked for, its size, what is free, and what to do
   */
  public OutOfDeviceMemoryException(String message) {
    super(message);
  }
}
