package org.lmconv.jobs;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Something that runs SQL. */
@FunctionalInterface
public interface SqlEngine {
  /** Runs a statement; its rows, in their sequence, by column. */
  List<Map<String, Object>> run(String statement) throws SQLException;

  /** With views and settings of its own. */
  static SqlEngine spark() {
    SparkSession session = TestSpark.session().newSession();
    return statement ->
        session.sql(statement).collectAsList().stream().map(SqlEngine::columns).toList();
  }

  private static Map<String, Object> columns(Row row) {
    Map<String, Object> columns = new LinkedHashMap<>();
    for (String name : row.schema().fieldNames()) {
      columns.put(name, row.getAs(name));
    }
    return columns;
  }

  /** Views live as long as the connection. */
  static Connection duckDb() throws SQLException {
    return DriverManager.getConnection("jdbc:duckdb:");
  }

  static SqlEngine duckDb(Connection connection) {
    return text -> {
      List<Map<String, Object>> rows = new ArrayList<>();
      try (Statement statement = connection.createStatement()) {
        if (statement.execute(text)) {
          ResultSet result = statement.getResultSet();
          while (result.next()) {
            rows.add(columns(result));
          }
        }
      }
      return rows;
    };
  }

  private static Map<String, Object> columns(ResultSet result) throws SQLException {
    Map<String, Object> columns = new LinkedHashMap<>();
    for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
      columns.put(result.getMetaData().getColumnName(i), result.getObject(i));
    }
    return columns;
  }
}
