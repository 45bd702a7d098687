package org.lmconv.jobs.train;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.lmconv.jobs.base.Causes;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.data.IndexedImage;
import org.lmconv.jobs.session.Placement.Participant;
import scala.Function1;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Round 0: all workers at once say where they are, before any of them trains. Each also takes its
 * images into memory and loads PyTorch, so that what is missing is missed now, and rounds find
 * every worker where its images are.
 *
 * <p>It is a barrier stage, which Spark starts only when it can run all tasks side by side. Rounds
 * are not: there a lost executor costs one task, not the stage.
 */
final class RollCall {
  private static final ClassTag<Participant> PARTICIPANT =
      ClassTag$.MODULE$.apply(Participant.class);
  private static final String TOO_FEW_SLOTS = "SPARK-24819"; // how Spark's message begins
  private static final int ATTEMPTS = 3;

  /** A barrier stage has no way but Scala's. */
  @FunctionalInterface
  private interface OfPartition
      extends Function1<
              scala.collection.Iterator<IndexedImage>, scala.collection.Iterator<Participant>>,
          Serializable {}

  private RollCall() {}

  /**
   * @param images one partition per worker
   * @return where the workers are, in their order
   * @throws UserError if not all of them can run at once, a device is missing, or two have the same
   */
  static List<Participant> of(JavaRDD<IndexedImage> images, WorkerPlan plan) {
    if (images.context().getConf().getBoolean("spark.dynamicAllocation.enabled", false)) {
      // Executors come when tasks wait for them, and Spark has no barriers then: workers may answer
      // one after the other from the same place.
      return images.mapPartitions(partition -> answer(plan, partition)).collect();
    }
    List<Participant> present = atOnce(images, plan);
    requireDifferentGpus(present);
    return present;
  }

  private static List<Participant> atOnce(JavaRDD<IndexedImage> images, WorkerPlan plan) {
    OfPartition answer =
        partition ->
            CollectionConverters.asScala(answer(plan, CollectionConverters.asJava(partition)));
    for (int attempt = 1; ; attempt++) {
      try {
        return images
            .rdd()
            .barrier()
            .mapPartitions(answer, false, PARTICIPANT)
            .toJavaRDD()
            .collect();
      } catch (Exception e) { // Spark throws checked exceptions that it does not declare
        if (String.valueOf(e.getMessage()).contains(TOO_FEW_SLOTS)) {
          throw tooFew(plan);
        }
        if (attempt == ATTEMPTS || Causes.userError(e).isPresent()) {
          throw e;
        }
      }
    }
  }

  private static UserError tooFew(WorkerPlan plan) {
    return new UserError(
        ("train.workers=%d, but the cluster does not run so many tasks at once; use fewer"
                + " workers, or give it more executors (one per worker, each with"
                + " spark.task.cpus cores, and its GPU if tasks ask for one)")
            .formatted(plan.train().workers()));
  }

  /** Two workers on one GPU would each have half of it, and other ones would have none. */
  static void requireDifferentGpus(List<Participant> present) {
    Map<String, Integer> workers = new HashMap<>();
    for (int worker = 0; worker < present.size(); worker++) {
      Participant participant = present.get(worker);
      if (participant.hasGpu()) {
        Integer other = workers.put(participant.host() + " " + participant.gpu(), worker);
        if (other != null) {
          throw new UserError(
              ("workers %d and %d were both given GPU %s of %s; let the discovery script of each"
                      + " Spark worker name only the GPUs that are its own")
                  .formatted(other, worker, participant.gpu(), participant.host()));
        }
      }
    }
  }

  /** What a worker does when it is called. */
  private static Iterator<Participant> answer(WorkerPlan plan, Iterator<IndexedImage> images) {
    images.forEachRemaining(image -> {}); // persisted as they pass
    if (!plan.placement().local()) {
      RoundMemory.requireSteps(plan, 1); // the driver has done so for a local master
    }
    return List.of(plan.placement().participant()).iterator();
  }
}
