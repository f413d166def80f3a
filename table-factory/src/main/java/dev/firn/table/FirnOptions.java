package dev.firn.table;

import dev.firn.compaction.CompactionOptions;
import dev.firn.compaction.CompactionStrategy;
import dev.firn.feed.ChangelogKind;
import dev.firn.feed.FeedConfig;
import dev.firn.iceberg.Retention;
import dev.firn.sink.BackPressureConfig;
import dev.firn.sink.HousekeepingConfig;
import dev.firn.sink.SinkConfig;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.table.factories.FactoryUtil;

/**
 * The connector's own options. Those of catalog and table have iceberg-flink's names; {@link IcebergOptions} are passed
 * through to Iceberg.
 */
public final class FirnOptions {

    public static final ConfigOption<String> CATALOG_NAME = ConfigOptions.key("catalog-name")
            .stringType()
            .defaultValue("firn")
            .withDescription("Name of the Iceberg catalog. A JDBC catalog keeps its tables under this name, so there it"
                    + " has no default and must be the name that other engines use.");

    public static final ConfigOption<String> CATALOG_TYPE = ConfigOptions.key("catalog-type")
            .stringType()
            .noDefaultValue()
            .withDescription(
                    "Kind of the Iceberg catalog: hadoop, rest, jdbc, hive, glue, nessie or bigquery. Either this or"
                            + " 'catalog-impl' is required.");

    public static final ConfigOption<String> CATALOG_IMPL = ConfigOptions.key("catalog-impl")
            .stringType()
            .noDefaultValue()
            .withDescription("Class of the Iceberg catalog, for one that 'catalog-type' does not know.");

    public static final ConfigOption<String> CATALOG_DATABASE = ConfigOptions.key("catalog-database")
            .stringType()
            .noDefaultValue()
            .withDescription("Database (namespace) in the Iceberg catalog; levels are separated by dots. By default the"
                    + " database that the table is declared in.");

    public static final ConfigOption<String> CATALOG_TABLE = ConfigOptions.key("catalog-table")
            .stringType()
            .noDefaultValue()
            .withDescription("Name of the table in the Iceberg catalog. By default the declared table's own name.");

    public static final ConfigOption<Integer> BUCKET = ConfigOptions.key("bucket")
            .intType()
            .noDefaultValue()
            .withDescription("Number of buckets, and thus the most subtasks that write. A missing table is created with"
                    + " 4 by default; an existing table grows to this many, which have to be a multiple of its own,"
                    + " and one of another engine gets its first ones.");

    public static final ConfigOption<String> BUCKET_KEY = ConfigOptions.key("bucket-key")
            .stringType()
            .noDefaultValue()
            .withDescription("Primary key column whose hash tells the bucket. By default the first one that is no"
                    + " partition column and can be hashed.");

    public static final ConfigOption<Boolean> UPGRADE_FORMAT_VERSION = ConfigOptions.key("upgrade-format-version")
            .booleanType()
            .defaultValue(false)
            .withDescription(
                    "Whether a table of an older format version is upgraded to version 3 in place, which cannot"
                            + " be undone. Otherwise it is refused.");

    public static final ConfigOption<MemorySize> SINK_WRITE_BUFFER = ConfigOptions.key("sink.write-buffer")
            .memoryType()
            .defaultValue(MemorySize.ofMebiBytes(64))
            .withDescription("Heap for buffered rows of one writer subtask, shared by its buckets. When it is full, the"
                    + " largest bucket is flushed early.");

    public static final ConfigOption<MemorySize> SINK_FLUSH_SIZE = ConfigOptions.key("sink.flush-size")
            .memoryType()
            .defaultValue(new MemorySize(SinkConfig.defaults().write().flushBytes()))
            .withDescription("Heap of one bucket's buffered rows from which on they are flushed ahead of the barrier,"
                    + " while rows go on coming. Larger ones make fewer files, and the barrier waits longer.");

    public static final ConfigOption<MemorySize> SINK_INDEX_FILTER_MEMORY = ConfigOptions.key(
                    "sink.index-filter-memory")
            .memoryType()
            .defaultValue(MemorySize.ofMebiBytes(32))
            .withDescription("Heap for the key indexes' filters of one writer subtask.");

    public static final ConfigOption<MemorySize> SINK_TREE_MEMORY = ConfigOptions.key("sink.tree-memory")
            .memoryType()
            .defaultValue(new MemorySize(SinkConfig.defaults().write().treeBytes()))
            .withDescription("Heap for what one writer subtask knows of its buckets: their files and dead rows. Beyond"
                    + " it, buckets that no row came to for longest are put aside, until one comes.");

    public static final ConfigOption<Integer> SINK_INDEX_THREADS = ConfigOptions.key("sink.index-threads")
            .intType()
            .defaultValue(SinkConfig.IndexConfig.DEFAULT_THREADS)
            .withDescription("Key indexes that one writer subtask loads at a time when its buckets are opened: from the"
                    + " local disk, or from the data files' key columns where that was lost.");

    public static final ConfigOption<List<String>> SINK_LOCAL_DIRECTORIES = ConfigOptions.key("sink.local-directories")
            .stringType()
            .asList()
            .defaultValues()
            .withDescription("Local directories for key indexes, separated by semicolons. By default a temporary one.");

    public static final ConfigOption<MemorySize> SINK_LOCAL_QUOTA = ConfigOptions.key("sink.local-quota")
            .memoryType()
            .noDefaultValue()
            .withDescription(
                    "Local disk for the key indexes of one writer subtask. When it is reached, indexes of buckets that"
                            + " no row came to for longest are deleted, until one comes. A compaction that would need"
                            + " more is made smaller, or put off if it cannot be. By default what the disk has.");

    public static final ConfigOption<Boolean> SINK_ACCEPT_OLDER_STATE = ConfigOptions.key("sink.accept-older-state")
            .booleanType()
            .defaultValue(false)
            .withDescription(
                    "Whether a job may be restored from a checkpoint or savepoint that is older than the table's"
                            + " newest commit of this sink. The rows since then are written again. Otherwise it is an error.");

    public static final ConfigOption<Duration> SNAPSHOT_EXPIRY_INTERVAL = ConfigOptions.key("snapshot-expiry.interval")
            .durationType()
            .defaultValue(HousekeepingConfig.defaults().expiryInterval())
            .withDescription("Time between two looks of the sink for snapshots that are to go, and with them the files"
                    + " that no other snapshot needs. 0 s if somebody else expires them.");

    public static final ConfigOption<Integer> SNAPSHOT_EXPIRY_MAX_SNAPSHOTS = ConfigOptions.key(
                    "snapshot-expiry.max-snapshots")
            .intType()
            .defaultValue(Retention.defaults().maxSnapshots())
            .withDescription("The sink expires the oldest snapshots beyond so many, although the table's"
                    + " 'history.expire.max-snapshot-age-ms' would keep them.");

    public static final ConfigOption<Duration> SNAPSHOT_EXPIRY_MIN_AGE = ConfigOptions.key("snapshot-expiry.min-age")
            .durationType()
            .defaultValue(Retention.defaults().minAge())
            .withDescription("A younger snapshot is not expired for there being too many.");

    public static final ConfigOption<Duration> ORPHAN_REMOVAL_INTERVAL = ConfigOptions.key("orphan-removal.interval")
            .durationType()
            .defaultValue(HousekeepingConfig.defaults().orphanInterval())
            .withDescription("Time between two looks of the sink for files that it wrote and that are in no snapshot,"
                    + " because a process ended. 0 s if somebody else removes them.");

    public static final ConfigOption<Duration> ORPHAN_REMOVAL_MIN_AGE = ConfigOptions.key("orphan-removal.min-age")
            .durationType()
            .defaultValue(HousekeepingConfig.defaults().orphanMinAge())
            .withDescription(
                    "Younger files are left alone: they may belong to a checkpoint that is not committed yet.");

    public static final ConfigOption<Integer> SINK_L0_SLOWDOWN = ConfigOptions.key("sink.l0-slowdown")
            .intType()
            .defaultValue(BackPressureConfig.defaults().slowdownRuns())
            .withDescription("From so many committed runs of level 0 over one key in one bucket on, rows are let in"
                    + " slowly, until compaction has caught up.");

    public static final ConfigOption<Integer> SINK_L0_STOP = ConfigOptions.key("sink.l0-stop")
            .intType()
            .defaultValue(BackPressureConfig.defaults().stopRuns())
            .withDescription("From so many on, no row is let in until a compaction has ended.");

    public static final ConfigOption<MemorySize> SINK_PENDING_COMPACTION = ConfigOptions.key("sink.pending-compaction")
            .memoryType()
            .defaultValue(MemorySize.parse("64 gb"))
            .withDescription(
                    "While one bucket has as many bytes waiting for compaction, no row is let in until a compaction"
                            + " has ended.");

    public static final ConfigOption<String> SINK_L0_COMPRESSION = ConfigOptions.key("sink.l0-compression")
            .stringType()
            .noDefaultValue()
            .withDescription("Parquet codec of level 0: uncompressed, snappy, lz4_raw or zstd. By default the table's"
                    + " property if somebody set one, else zstd at level 3.");

    public static final ConfigOption<Integer> COMPACTION_THREADS = ConfigOptions.key("compaction.threads")
            .intType()
            .defaultValue(1)
            .withDescription("Compactions of one writer subtask at a time, each on a thread of its own beside the"
                    + " task's; 0 turns compaction off.");

    public static final ConfigOption<CompactionStrategy> COMPACTION_STRATEGY = ConfigOptions.key("compaction.strategy")
            .enumType(CompactionStrategy.class)
            .defaultValue(CompactionOptions.defaults().strategy())
            .withDescription("LEVELED keeps runs fewer, TIERED writes much less.");

    public static final ConfigOption<MemorySize> COMPACTION_RATE_LIMIT = ConfigOptions.key("compaction.rate-limit")
            .memoryType()
            .noDefaultValue()
            .withDescription("The most that the compactions of one writer subtask read and write in a second. By"
                    + " default as much as they can.");

    public static final ConfigOption<Double> COMPACTION_DEAD_ROWS_RATIO = ConfigOptions.key(
                    "compaction.dead-rows-ratio")
            .doubleType()
            .noDefaultValue()
            .withDescription(
                    "TIERED: the share of dead rows that a bucket may hold on average. LEVELED: the share from which"
                            + " on a file is rewritten. By default what suits the strategy.");

    public static final ConfigOption<Integer> COMPACTION_RUNS = ConfigOptions.key("compaction.runs")
            .intType()
            .noDefaultValue()
            .withDescription("From so many runs over one key on, they are merged. By default what suits the strategy.");

    public static final ConfigOption<MemorySize> COMPACTION_FILE_SIZE = ConfigOptions.key("compaction.file-size")
            .memoryType()
            .defaultValue(new MemorySize(CompactionOptions.defaults().targets().fileBytes()))
            .withDescription(
                    "Size at which a compaction begins its next file. Neighbours below half of it are merged.");

    public static final ConfigOption<MemorySize> COMPACTION_LEVEL_BASE = ConfigOptions.key("compaction.level-base")
            .memoryType()
            .defaultValue(new MemorySize(CompactionOptions.defaults().targets().baseBytes()))
            .withDescription("Live bytes of one bucket that level 1 should hold at most.");

    public static final ConfigOption<Integer> COMPACTION_LEVEL_MULTIPLIER = ConfigOptions.key(
                    "compaction.level-multiplier")
            .intType()
            .defaultValue(CompactionOptions.defaults().targets().multiplier())
            .withDescription("How many times the bytes of the level above it a level should hold.");

    public static final ConfigOption<MemorySize> COMPACTION_MAX_SIZE = ConfigOptions.key("compaction.max-size")
            .memoryType()
            .defaultValue(new MemorySize(CompactionOptions.defaults().limits().bytes()))
            .withDescription("The most bytes that one compaction takes on.");

    public static final ConfigOption<Long> COMPACTION_MAX_ROWS = ConfigOptions.key("compaction.max-rows")
            .longType()
            .defaultValue(CompactionOptions.defaults().limits().rows())
            .withDescription("The most rows that one compaction takes on.");

    public static final ConfigOption<String> COMPACTION_COMPRESSION = ConfigOptions.key("compaction.compression")
            .stringType()
            .noDefaultValue()
            .withDescription("Parquet codec of compacted files: uncompressed, snappy, lz4_raw or zstd. By default the"
                    + " table's property if somebody set one, else zstd at level 3.");

    public static final ConfigOption<Duration> COMPACTION_JOB_INTERVAL = ConfigOptions.key("compaction.job-interval")
            .durationType()
            .defaultValue(Duration.ofSeconds(10))
            .withDescription("How long a compaction job waits between two looks at the table while no merge ends.");

    public static final ConfigOption<Duration> RECORD_TTL = ConfigOptions.key("record.ttl")
            .durationType()
            .noDefaultValue()
            .withDescription("Time to live: a row is deleted some time after the time in 'record.ttl-column' is so long"
                    + " ago. By default rows live for ever.");

    public static final ConfigOption<String> RECORD_TTL_COLUMN = ConfigOptions.key("record.ttl-column")
            .stringType()
            .noDefaultValue()
            .withDescription("Column from whose time on 'record.ttl' counts: TIMESTAMP, TIMESTAMP_LTZ, DATE, or BIGINT"
                    + " with milliseconds since 1970. A row with NULL there lives for ever.");

    public static final ConfigOption<StartupMode> SCAN_STARTUP_MODE = ConfigOptions.key("scan.startup.mode")
            .enumType(StartupMode.class)
            .defaultValue(StartupMode.FULL)
            .withDescription("Where a streaming read begins: FULL reads the newest snapshot's rows, then changes;"
                    + " EARLIEST the oldest retained snapshot's rows, then all changes since; LATEST only what changes"
                    + " from now on; SNAPSHOT and TIMESTAMP what changed after a snapshot or a time.");

    public static final ConfigOption<Long> SCAN_STARTUP_SNAPSHOT_ID = ConfigOptions.key("scan.startup.snapshot-id")
            .longType()
            .noDefaultValue()
            .withDescription("Snapshot after which a streaming read begins; with 'scan.startup.mode' = 'snapshot'.");

    public static final ConfigOption<Long> SCAN_STARTUP_TIMESTAMP_MILLIS = ConfigOptions.key(
                    "scan.startup.timestamp-millis")
            .longType()
            .noDefaultValue()
            .withDescription("Time after which a streaming read begins, in milliseconds since 1970; with"
                    + " 'scan.startup.mode' = 'timestamp'.");

    public static final ConfigOption<BoundedMode> SCAN_BOUNDED_MODE = ConfigOptions.key("scan.bounded.mode")
            .enumType(BoundedMode.class)
            .defaultValue(BoundedMode.UNBOUNDED)
            .withDescription("Where a streaming read ends: UNBOUNDED nowhere, LATEST with the snapshot that is the"
                    + " newest at the start, SNAPSHOT and TIMESTAMP with a snapshot or a time.");

    public static final ConfigOption<Long> SCAN_BOUNDED_SNAPSHOT_ID = ConfigOptions.key("scan.bounded.snapshot-id")
            .longType()
            .noDefaultValue()
            .withDescription("Last snapshot of a streaming read; with 'scan.bounded.mode' = 'snapshot'.");

    public static final ConfigOption<Long> SCAN_BOUNDED_TIMESTAMP_MILLIS = ConfigOptions.key(
                    "scan.bounded.timestamp-millis")
            .longType()
            .noDefaultValue()
            .withDescription("Time up to which a streaming read goes, in milliseconds since 1970; with"
                    + " 'scan.bounded.mode' = 'timestamp'.");

    public static final ConfigOption<Duration> SCAN_MONITOR_INTERVAL = ConfigOptions.key("scan.monitor-interval")
            .durationType()
            .defaultValue(FeedConfig.defaults().monitorInterval())
            .withDescription("Time between two looks at the table for new snapshots in a streaming read.");

    public static final ConfigOption<ChangelogKind> SCAN_CHANGELOG = ConfigOptions.key("scan.changelog")
            .enumType(ChangelogKind.class)
            .defaultValue(FeedConfig.defaults().changelog())
            .withDescription("What a streaming read tells: ALL changes with the rows before them; UPSERT, which leaves"
                    + " the rows before out and does not read them; NET, one change per key from start to end.");

    public static final ConfigOption<String> CONSUMER_ID = ConfigOptions.key("consumer-id")
            .stringType()
            .noDefaultValue()
            .withDescription(
                    "Name under which the table keeps the progress of a streaming read, as a tag. A job without"
                            + " state goes on from there, and what was not read yet does not expire.");

    public static final ConfigOption<Duration> CONSUMER_MAX_AGE = ConfigOptions.key("consumer.max-age")
            .durationType()
            .defaultValue(Duration.ofDays(7))
            .withDescription(
                    "Age from which on the snapshot that a consumer keeps may expire although it is not read.");

    public static final ConfigOption<Long> SCAN_SNAPSHOT_ID = ConfigOptions.key("scan.snapshot-id")
            .longType()
            .noDefaultValue()
            .withDescription("Snapshot that a batch read reads. By default the current one.");

    public static final ConfigOption<String> SCAN_TAG = ConfigOptions.key("scan.tag")
            .stringType()
            .noDefaultValue()
            .withDescription("Tag of the snapshot that a batch read reads.");

    public static final ConfigOption<String> SCAN_BRANCH = ConfigOptions.key("scan.branch")
            .stringType()
            .noDefaultValue()
            .withDescription("Branch whose newest snapshot a batch read reads.");

    public static final ConfigOption<Long> SCAN_AS_OF_TIMESTAMP_MILLIS = ConfigOptions.key(
                    "scan.as-of-timestamp-millis")
            .longType()
            .noDefaultValue()
            .withDescription("Time in milliseconds since 1970: a batch read reads the snapshot that was current then.");

    public static final ConfigOption<Integer> SCAN_PARALLELISM = FactoryUtil.SOURCE_PARALLELISM;

    public static final ConfigOption<Integer> SINK_PARALLELISM = FactoryUtil.SINK_PARALLELISM;

    /** Where a table is. */
    static final Set<ConfigOption<?>> ADDRESS =
            Set.of(CATALOG_NAME, CATALOG_TYPE, CATALOG_IMPL, CATALOG_DATABASE, CATALOG_TABLE);

    static final Set<ConfigOption<?>> ALL = Set.of(
            CATALOG_NAME,
            CATALOG_TYPE,
            CATALOG_IMPL,
            CATALOG_DATABASE,
            CATALOG_TABLE,
            BUCKET,
            BUCKET_KEY,
            UPGRADE_FORMAT_VERSION,
            SINK_WRITE_BUFFER,
            SINK_FLUSH_SIZE,
            SINK_INDEX_FILTER_MEMORY,
            SINK_TREE_MEMORY,
            SINK_INDEX_THREADS,
            SINK_LOCAL_DIRECTORIES,
            SINK_LOCAL_QUOTA,
            SINK_ACCEPT_OLDER_STATE,
            SNAPSHOT_EXPIRY_INTERVAL,
            SNAPSHOT_EXPIRY_MAX_SNAPSHOTS,
            SNAPSHOT_EXPIRY_MIN_AGE,
            ORPHAN_REMOVAL_INTERVAL,
            ORPHAN_REMOVAL_MIN_AGE,
            SINK_L0_SLOWDOWN,
            SINK_L0_STOP,
            SINK_PENDING_COMPACTION,
            SINK_L0_COMPRESSION,
            COMPACTION_THREADS,
            COMPACTION_STRATEGY,
            COMPACTION_RATE_LIMIT,
            COMPACTION_DEAD_ROWS_RATIO,
            COMPACTION_RUNS,
            COMPACTION_FILE_SIZE,
            COMPACTION_LEVEL_BASE,
            COMPACTION_LEVEL_MULTIPLIER,
            COMPACTION_MAX_SIZE,
            COMPACTION_MAX_ROWS,
            COMPACTION_COMPRESSION,
            COMPACTION_JOB_INTERVAL,
            RECORD_TTL,
            RECORD_TTL_COLUMN,
            SCAN_STARTUP_MODE,
            SCAN_STARTUP_SNAPSHOT_ID,
            SCAN_STARTUP_TIMESTAMP_MILLIS,
            SCAN_BOUNDED_MODE,
            SCAN_BOUNDED_SNAPSHOT_ID,
            SCAN_BOUNDED_TIMESTAMP_MILLIS,
            SCAN_MONITOR_INTERVAL,
            SCAN_CHANGELOG,
            CONSUMER_ID,
            CONSUMER_MAX_AGE,
            SCAN_SNAPSHOT_ID,
            SCAN_TAG,
            SCAN_BRANCH,
            SCAN_AS_OF_TIMESTAMP_MILLIS,
            SCAN_PARALLELISM,
            SINK_PARALLELISM);

    private FirnOptions() {}
}
