package dev.firn.e2e.cluster;

/** What a test takes away from a {@link Deployment}, and gives back. */
public enum Part {
    JOB_MANAGER,
    TASK_MANAGER_1,
    TASK_MANAGER_2,
    OBJECT_STORE,
    CATALOG
}
