package org.lmconv.jobs.run;

import java.lang.reflect.Method;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A table of a run: Parquet files in a folder of it. The record of its rows describes it: the
 * components are the columns, in this order, imagesSeen as images_seen; a component that is a
 * record stands for its own. Boxed numbers and arrays of float may be null. Others read the tables:
 * columns are only ever added, at the end.
 *
 * @param <R> a row
 */
public final class RunTable<R extends Record> {
  /** A row is a round of training. */
  public static final RunTable<RoundReport> ROUNDS = new RunTable<>("rounds", RoundReport.class);

  /** A row is an image that was scored under one order, or under the ensemble. */
  public static final RunTable<NllRow> NLL = new RunTable<>("nll", NllRow.class);

  /** A row is the mean of a scoring under one order, or under the ensemble. */
  public static final RunTable<NllSummaryRow> NLL_SUMMARY =
      new RunTable<>("nll_summary", NllSummaryRow.class);

  /** A row is one draw of an image. */
  public static final RunTable<CompletionRow> COMPLETIONS =
      new RunTable<>("completions", CompletionRow.class);

  /** The order in rows of the ensemble. */
  public static final String ENSEMBLE = "ensemble";

  private final String name;
  private final List<Column> columns;

  RunTable(String name, Class<R> row) {
    this.name = name;
    this.columns = columns(row, UnaryOperator.identity()).toList();
  }

  /** A row of {@link #NLL}. */
  public record NllRow(
      String runId,
      int round,
      String dataset,
      String split,
      String imageId,
      Integer label,
      String order,
      String region,
      double nats,
      double bitsPerDim,
      String weights,
      String binarize,
      String orders,
      String ensemble,
      float[] nllMap,
      String scoring) {}

  /** A row of {@link #NLL_SUMMARY}. */
  public record NllSummaryRow(
      String runId,
      int round,
      String dataset,
      String split,
      String order,
      String region,
      long images,
      double nats,
      Double natsSe,
      double bitsPerDim,
      Double bitsPerDimSe,
      String weights,
      String binarize,
      String orders,
      String ensemble,
      String scoring) {}

  /** A row of {@link #COMPLETIONS}. */
  public record CompletionRow(
      String runId,
      int round,
      String imageId,
      String order,
      String region,
      int draw,
      long seed,
      double nats,
      int height,
      int width,
      int channels,
      byte[] pixels,
      String dataset,
      String split,
      Integer label,
      String weights,
      String binarize,
      double mixtureTemperature,
      double scaleTemperature) {}

  /**
   * A column.
   *
   * @param type Java's
   * @param value of a row
   */
  private record Column(String name, Class<?> type, UnaryOperator<Object> value) {
    private static final Set<Class<?>> NULLABLE =
        Set.of(Integer.class, Long.class, Double.class, float[].class);

    boolean nullable() {
      return NULLABLE.contains(type);
    }

    String parquet() {
      String declared = Type.OF.get(type).parquet().formatted(name);
      return "%s %s".formatted(nullable() ? "optional" : "required", declared);
    }
  }

  /** What a type of Java is to Spark, and in a schema of Parquet after its name. */
  private record Type(DataType spark, String parquet) {
    private static final Type INT = new Type(DataTypes.IntegerType, "int32 %s;");
    private static final Type LONG = new Type(DataTypes.LongType, "int64 %s;");
    private static final Type DOUBLE = new Type(DataTypes.DoubleType, "double %s;");
    static final Map<Class<?>, Type> OF =
        Map.ofEntries(
            Map.entry(int.class, INT),
            Map.entry(Integer.class, INT),
            Map.entry(long.class, LONG),
            Map.entry(Long.class, LONG),
            Map.entry(double.class, DOUBLE),
            Map.entry(Double.class, DOUBLE),
            Map.entry(String.class, new Type(DataTypes.StringType, "binary %s (STRING);")),
            Map.entry(byte[].class, new Type(DataTypes.BinaryType, "binary %s;")),
            Map.entry(long[].class, list(DataTypes.LongType, "int64")),
            Map.entry(float[].class, list(DataTypes.FloatType, "float")),
            Map.entry(
                Instant.class,
                new Type(DataTypes.TimestampType, "int64 %s (TIMESTAMP(MICROS,true));")));

    private static Type list(DataType element, String parquet) {
      return new Type(
          DataTypes.createArrayType(element, false),
          "group %s (LIST) { repeated group list { required " + parquet + " element; } }");
    }
  }

  private static Stream<Column> columns(Class<?> row, UnaryOperator<Object> outer) {
    return Arrays.stream(row.getRecordComponents())
        .flatMap(
            component -> {
              Class<?> type = component.getType();
              UnaryOperator<Object> value = of -> read(component.getAccessor(), outer.apply(of));
              String name = component.getName().replaceAll("([A-Z])", "_$1");
              return type.isRecord()
                  ? columns(type, value)
                  : Stream.of(new Column(name.toLowerCase(Locale.ROOT), type, value));
            });
  }

  private static Object read(Method accessor, Object row) {
    try {
      return accessor.invoke(row);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e); // accessors of records throw nothing
    }
  }

  /** Of its folder in a run. */
  public String directory() {
    return name;
  }

  /** The names of its columns. */
  public List<String> columns() {
    return columns.stream().map(Column::name).toList();
  }

  static List<String> names(Class<?> row) {
    return columns(row, UnaryOperator.identity()).map(Column::name).toList();
  }

  /** Its columns, for Spark. */
  public StructType schema() {
    StructType schema = new StructType();
    for (Column column : columns) {
      schema = schema.add(column.name(), Type.OF.get(column.type()).spark(), column.nullable());
    }
    return schema;
  }

  /** A row, for Spark. */
  public Row row(R row) {
    return RowFactory.create(values(row).values().toArray());
  }

  /** A row by the names of the columns, in their order. */
  Map<String, Object> values(R row) {
    Map<String, Object> values = new LinkedHashMap<>();
    columns.forEach(column -> values.put(column.name(), column.value().apply(row)));
    return values;
  }

  /** Its columns, for Parquet without Spark. */
  MessageType message() {
    return MessageTypeParser.parseMessageType(
        columns.stream()
            .map(Column::parquet)
            .collect(Collectors.joining("\n", "message " + name + " {\n", "\n}")));
  }

  /** A row, for Parquet without Spark. */
  Group group(MessageType message, R row) {
    Group group = new SimpleGroup(message);
    values(row).forEach((column, value) -> add(group, column, value));
    return group;
  }

  private static void add(Group group, String name, Object value) {
    if (value instanceof String text) {
      group.add(name, text);
    } else if (value instanceof Integer number) {
      group.add(name, number);
    } else if (value instanceof Long number) {
      group.add(name, number);
    } else if (value instanceof Double number) {
      group.add(name, number);
    } else if (value instanceof byte[] bytes) {
      group.add(name, Binary.fromConstantByteArray(bytes));
    } else if (value instanceof long[] list) {
      Group elements = group.addGroup(name);
      Arrays.stream(list).forEach(element -> elements.addGroup("list").add("element", element));
    } else if (value instanceof Instant time) {
      group.add(name, ChronoUnit.MICROS.between(Instant.EPOCH, time));
    } else if (value != null) {
      throw new IllegalArgumentException(name + " of " + value.getClass());
    }
  }
}
