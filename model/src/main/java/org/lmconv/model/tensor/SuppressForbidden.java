package org.lmconv.model.tensor;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks the few methods that may call what {@code forbidden-djl.txt} forbids, and says why. */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
@interface SuppressForbidden {
  /** Why the call is right here. */
  String value();
}
