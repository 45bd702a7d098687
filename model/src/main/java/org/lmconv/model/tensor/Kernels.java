package org.lmconv.model.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Calls the kernels of {@code kernels.py}. Results belong to the manager of the first tensor among
 * the arguments. Safe for several threads.
 */
public final class Kernels {
  private static final String CLASS = "Kernels";

  /** Of the archive format; operators mean what they do from this version of libtorch on. */
  private static final String ARCHIVE_VERSION = "10\n";

  private Kernels() {}

  /** Loaded when first needed; has no tensors, so one serves all devices. */
  private static final class Holder {
    static final PtSymbolBlock MODULE = load();

    private static PtSymbolBlock load() {
      PtNDManager manager = (PtNDManager) NDManager.newBaseManager(Device.cpu(), "PyTorch");
      try (InputStream text = Kernels.class.getResourceAsStream("kernels.py")) {
        String source = new String(text.readAllBytes(), StandardCharsets.UTF_8);
        byte[] archive = archive(CLASS, source);
        return JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * Packs the text of a TorchScript class without attributes as the archive that libtorch loads: a
   * ZIP of the text, of a pickle that makes the one object, and of a table of constants.
   */
  static byte[] archive(String className, String text) throws IOException {
    // New object, without arguments; a dictionary with one entry, which it takes as its state.
    String object = "\u0080\u0002c__torch__\n" + className + "\n)\u0081";
    String attributes = "}(X\u0008\u0000\u0000\u0000training\u0089ub.";
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      write(zip, "data.pkl", latin1(object + attributes));
      write(zip, "code/__torch__.py", text.getBytes(StandardCharsets.UTF_8));
      write(zip, "constants.pkl", latin1("\u0080\u0002).")); // protocol 2, empty tuple, end
      write(zip, "version", latin1(ARCHIVE_VERSION));
    }
    return bytes.toByteArray();
  }

  private static void write(ZipOutputStream zip, String name, byte[] content) throws IOException {
    zip.putNextEntry(new ZipEntry("kernels/" + name));
    zip.write(content);
    zip.closeEntry();
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /**
   * Runs a kernel that makes a tensor.
   *
   * @param arguments tensors, arrays or collections of tensors, long, double, boolean, {@code
   *     long[]} and {@code double[]}, as the kernel declares them; or {@link Argument}s
   */
  public static NDArray tensor(String kernel, Object... arguments) {
    try (IValue result = run(kernel, arguments)) {
      return result.toTensor(owner(arguments));
    }
  }

  /** Runs a kernel that makes a tuple of tensors. */
  public static NDArray[] tensors(String kernel, Object... arguments) {
    try (IValue result = run(kernel, arguments)) {
      IValue[] parts = result.toIValueTuple();
      NDArray[] tensors = new NDArray[parts.length];
      for (int i = 0; i < parts.length; i++) {
        tensors[i] = parts[i].toTensor(owner(arguments));
        parts[i].close();
      }
      return tensors;
    }
  }

  /** An argument that is made once for many calls: a list of many tensors takes a while. */
  public static final class Argument implements AutoCloseable {
    private final IValue value;

    /**
     * @param value as the kernels take it; tensors are to live as long as this
     */
    public Argument(Object value) {
      this.value = value(value);
    }

    @Override
    public void close() {
      value.close();
    }
  }

  /** Runs a kernel for its effect on its arguments. */
  public static void apply(String kernel, Object... arguments) {
    run(kernel, arguments).close();
  }

  /** {@code x} as convolutions read it in the given precision: itself if it is so already. */
  public static NDArray cast(NDArray x, Precision precision) {
    return precision == Precision.FLOAT32 ? x : tensor("cast", x, (long) precision.scalarType());
  }

  private static IValue run(String kernel, Object... arguments) {
    IValue[] values = new IValue[arguments.length];
    List<IValue> made = new ArrayList<>();
    try {
      for (int i = 0; i < arguments.length; i++) {
        if (arguments[i] instanceof Argument prepared) {
          values[i] = prepared.value;
        } else {
          values[i] = value(arguments[i]);
          made.add(values[i]);
        }
      }
      // Per thread. Otherwise libtorch spends the first runs of every new shape on specialising.
      JniUtils.setGraphExecutorOptimize(false);
      return IValueUtils.runMethod(Holder.MODULE, kernel, values);
    } finally {
      made.forEach(IValue::close);
    }
  }

  private static IValue value(Object argument) {
    if (argument instanceof PtNDArray tensor) {
      return IValue.from(tensor);
    } else if (argument instanceof NDArray[] tensors) {
      return IValue.listFrom(Arrays.copyOf(tensors, tensors.length, PtNDArray[].class));
    } else if (argument instanceof Collection<?> tensors) {
      return IValue.listFrom(tensors.toArray(PtNDArray[]::new));
    } else if (argument instanceof Long number) {
      return IValue.from(number);
    } else if (argument instanceof Double number) {
      return IValue.from(number);
    } else if (argument instanceof Boolean flag) {
      return IValue.from(flag);
    } else if (argument instanceof long[] numbers) {
      return IValue.listFrom(numbers);
    } else if (argument instanceof double[] numbers) {
      return IValue.listFrom(numbers);
    }
    throw new IllegalArgumentException("a kernel takes no " + argument);
  }

  private static PtNDManager owner(Object... arguments) {
    for (Object argument : arguments) {
      if (argument instanceof PtNDArray tensor) {
        return tensor.getManager();
      }
    }
    throw new IllegalArgumentException("a kernel that makes a tensor takes one");
  }
}
