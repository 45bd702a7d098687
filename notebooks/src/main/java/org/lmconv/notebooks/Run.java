package org.lmconv.notebooks;

import java.io.IOException;
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
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.duckdb.DuckDBDriver;

/**
 * A run's Parquet tables, to be queried by SQL through DuckDB: {@code rounds}, {@code nll}, {@code
 * nll_summary} and {@code completions}, and {@code digits}, the images that ship with LMConv. A
 * table whose files are missing has its columns and no rows.
 */
public final class Run implements AutoCloseable {
  /** Environment variable with the folder of the run; bin/notebooks sets it. */
  static final String VARIABLE = "LMCONV_RUN";

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
    return open(folder, DIGITS);
  }

  /**
   * As {@link #open(Path)}.
   *
   * @param digits folder of the images table that ships
   */
  static Run open(Path folder, Path digits) throws SQLException, IOException {
    // The driver itself: a kernel's class loaders hide it from DriverManager.
    Run run = new Run(folder, new DuckDBDriver().connect("jdbc:duckdb:", new Properties()));
    for (Map.Entry<String, String> table : RunTables.COLUMNS.entrySet()) {
      Path files = table.getKey().equals("digits") ? digits : folder.resolve(table.getKey());
      run.define(table.getKey(), table.getValue(), files);
    }
    return run;
  }

  /** Older files lack the newest columns: the union by name has nulls for them. */
  private void define(String table, String columns, Path files) throws SQLException, IOException {
    String typed = "SELECT * FROM " + table + "_columns";
    String view = "CREATE VIEW %s AS %s".formatted(table, typed);
    if (hasParquet(files)) {
      String glob = files.resolve("*.parquet").toString().replace("'", "''");
      view +=
          " UNION ALL BY NAME SELECT * FROM read_parquet('%s', union_by_name = true)"
              .formatted(glob);
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE %s_columns (%s)".formatted(table, columns));
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
    String each =
        "SELECT '%s' AS \"table\", count(*) AS rows, max(round) AS \"last round\", %s AS regions FROM %1$s";
    String regions = "string_agg(DISTINCT region, ', ' ORDER BY region)";
    return query(
        String.join(
            " UNION ALL ",
            each.formatted("rounds", "NULL"),
            each.formatted("nll", regions),
            each.formatted("nll_summary", regions),
            each.formatted("completions", regions)));
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

  /**
   * For bin/notebooks: prints the commands whose rows the notebooks would miss, in the order in
   * which they must run: train, complete, sample, nll.
   */
  public static void main(String[] args) throws SQLException, IOException {
    try (Run run = open(Path.of(args[0]))) {
      for (Map.Entry<String, String> command : RunTables.MAKERS.entrySet()) {
        if (run.query("SELECT 1 FROM %s LIMIT 1".formatted(command.getValue())).isEmpty()) {
          System.out.println(command.getKey());
        }
      }
    }
  }
}
