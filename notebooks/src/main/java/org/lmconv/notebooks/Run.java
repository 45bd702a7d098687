package org.lmconv.notebooks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.duckdb.DuckDBDriver;

/**
 * A run's Parquet tables, to be queried by SQL through DuckDB: {@code rounds}, {@code nll}, {@code
 * nll_summary} and {@code completions}, and {@code digits}, the images that ship with LMConv. A
 * table whose files are missing has its columns and no rows.
 */
public final class Run implements AutoCloseable {
  static final List<String> TABLES = List.of("rounds", "nll", "nll_summary", "completions");

  /**
   * Commands of bin/lmconv in the order in which they must run, and rows that show that they have.
   */
  private static final List<List<String>> MAKERS =
      List.of(
          List.of("train", "nll_summary WHERE region = 'all'"), // it ends with these scores
          List.of("complete", "completions WHERE region = 'bottom'"),
          List.of("sample", "completions WHERE region = 'all'"),
          List.of("nll", "nll_summary WHERE region = 'bottom'"));

  /** Environment variable with the folder of the run; bin/notebooks sets it. */
  private static final String VARIABLE = "LMCONV_RUN";

  private static final Path DEFAULT = Path.of("..", "runs", "quickstart");
  private static final Path DIGITS = Path.of("..", "jobs", "src", "main", "resources", "digits");

  private final Path folder;
  private final Connection connection;

  private Run(Path folder, Connection connection) {
    this.folder = folder;
    this.connection = connection;
  }

  /** The run that {@code LMCONV_RUN} names, else ../runs/quickstart. */
  public static Run open() throws SQLException, IOException {
    String named = System.getenv(VARIABLE);
    return open(named == null || named.isBlank() ? DEFAULT : Path.of(named));
  }

  /** The run in a folder, whether or not it is there yet. */
  public static Run open(Path folder) throws SQLException, IOException {
    // The driver itself: a kernel's class loaders hide it from DriverManager.
    Run run = new Run(folder, new DuckDBDriver().connect("jdbc:duckdb:", new Properties()));
    try (InputStream columns = Run.class.getResourceAsStream("tables.sql");
        Statement statement = run.connection.createStatement()) {
      statement.execute(new String(columns.readAllBytes(), StandardCharsets.UTF_8));
    }
    for (String table : TABLES) {
      run.define(table, folder.resolve(table));
    }
    run.define("digits", DIGITS);
    return run;
  }

  /** Older files lack the newest columns: the union by name has nulls for them. */
  private void define(String table, Path files) throws SQLException, IOException {
    String view = "CREATE VIEW %s AS SELECT * FROM %1$s_columns".formatted(table);
    if (hasParquet(files)) {
      String glob = files.resolve("*.parquet").toString().replace("'", "''");
      view +=
          " UNION ALL BY NAME SELECT * FROM read_parquet('%s', union_by_name = true)"
              .formatted(glob);
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(view);
    }
  }

  private static boolean hasParquet(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(file -> file.getFileName().toString().endsWith(".parquet"));
    }
  }

  /** Answers a query in DuckDB's SQL. */
  public Table query(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      ResultSetMetaData meta = result.getMetaData();
      List<String> columns = new ArrayList<>();
      for (int i = 1; i <= meta.getColumnCount(); i++) {
        columns.add(meta.getColumnLabel(i));
      }
      List<List<Object>> rows = new ArrayList<>();
      while (result.next()) {
        List<Object> row = new ArrayList<>();
        for (int i = 1; i <= columns.size(); i++) {
          row.add(value(result, i, meta.getColumnTypeName(i)));
        }
        rows.add(Collections.unmodifiableList(row));
      }
      return new Table(columns, rows);
    }
  }

  private static Object value(ResultSet result, int column, String type) throws SQLException {
    Object value = result.getObject(column);
    return value != null && type.equals("BLOB") ? result.getBytes(column) : value;
  }

  /** What there is: the rows of each table, and of which rounds and regions they are. */
  public Table contents() throws SQLException {
    List<String> each = new ArrayList<>();
    for (String table : TABLES) {
      String regions =
          table.equals("rounds") ? "NULL" : "string_agg(DISTINCT region, ', ' ORDER BY region)";
      each.add(
          "SELECT '%s' AS \"table\", count(*) AS rows, max(round) AS \"last round\", %s AS regions FROM %1$s"
              .formatted(table, regions));
    }
    return query(String.join(" UNION ALL ", each));
  }

  /**
   * A whole number of the run's {@code config.conf}, such as {@code model.kernel}.
   *
   * @param normally what it is where the run does not say it
   */
  public int setting(String key, int normally) throws IOException {
    Path config = folder.resolve("config.conf");
    if (!Files.exists(config)) {
      return normally;
    }
    try (Stream<String> lines = Files.lines(config)) {
      return lines
          .filter(line -> line.startsWith(key + " = "))
          .map(line -> Integer.parseInt(line.substring(key.length() + 3)))
          .findFirst()
          .orElse(normally);
    }
  }

  /** The last name of the folder only: stored notebooks go to other machines. */
  @Override
  public String toString() {
    String name = folder.toAbsolutePath().normalize().getFileName().toString();
    return "the run " + name + (Files.isDirectory(folder) ? "" : ", which is not there");
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  /** For bin/notebooks: prints the commands whose rows the notebooks would miss. */
  public static void main(String[] args) throws SQLException, IOException {
    try (Run run = open(Path.of(args[0]))) {
      for (List<String> maker : MAKERS) {
        if (run.query("SELECT 1 FROM %s LIMIT 1".formatted(maker.get(1))).isEmpty()) {
          System.out.println(maker.get(0));
        }
      }
    }
  }
}
