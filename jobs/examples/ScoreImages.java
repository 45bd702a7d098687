import java.io.IOException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.lmconv.jobs.data.ImagesTable;
import org.lmconv.jobs.score.LmConvScorer;

/**
 * Scores images with a trained model from a program of one's own, and asks for the scores in SQL:
 * which digits are least likely? From the folder of the checkout, after the build:
 *
 * <pre>java @jobs/examples/java.options jobs/examples/ScoreImages.java [RUN [IMAGES]]</pre>
 *
 * <p>RUN is the directory of a run or of a checkpoint, runs/quickstart by default; IMAGES a Parquet
 * table with a column pixels, by default 200 of the digits that ship with LMConv.
 */
public final class ScoreImages {
  private ScoreImages() {}

  public static void main(String[] words) throws IOException {
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[2]") // leave it out, and use spark-submit, for a cluster
            .appName("score images")
            .config("spark.ui.enabled", false)
            .getOrCreate()) {
      LmConvScorer scorer =
          new LmConvScorer()
              .setModelUrl(words.length > 0 ? words[0] : "runs/quickstart")
              .setInputCol("pixels")
              .setOutputCol("nll")
              .setBatchSize(64);
      Dataset<Row> images =
          words.length > 1
              ? spark.read().parquet(words[1])
              : ImagesTable.open(spark, "digits").split("test").sample(200).rows();

      images.transform(scorer::score).createOrReplaceTempView("scored");

      spark
          .sql(
              """
              SELECT label, count(*) AS images, round(avg(nll), 2) AS nats,
                     round(stddev(nll) / sqrt(count(*)), 2) AS standard_error,
                     max_by(image_id, nll) AS least_likely
              FROM scored GROUP BY label ORDER BY nats
              """)
          .show(false);
    }
  }
}
