package dev.firn.table;

import dev.firn.iceberg.UnsupportedTableException;
import dev.firn.sink.CompactionReport;
import dev.firn.sink.CompactionSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.LocalStreamEnvironment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.ProcedureHint;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.ObjectIdentifier;
import org.apache.flink.table.catalog.ObjectPath;
import org.apache.flink.table.catalog.exceptions.TableNotExistException;
import org.apache.flink.table.procedure.ProcedureContext;
import org.apache.flink.table.procedures.Procedure;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.jspecify.annotations.Nullable;

/**
 * {@code CALL sys.compact('db.table')}: compacts a table in a job of its own. In batch mode the job is waited for and
 * ends when nothing is left to compact; in streaming mode it is started and goes on for ever.
 *
 * <p>The options are those of the table, and on top of them what the call gives.
 */
public final class CompactProcedure implements Procedure {

    static final ObjectPath NAME = new ObjectPath("sys", "compact");

    private static final String COLUMNS =
            "ROW<job_id STRING, commits BIGINT, merged_files BIGINT, new_files BIGINT, refused_files BIGINT>";

    private static final String LOCAL = "local";

    private final FirnCatalog catalog;
    private final ReadableConfig session;

    /** @param session what the session is configured with that calls it */
    CompactProcedure(FirnCatalog catalog, ReadableConfig session) {
        this.catalog = catalog;
        this.session = session;
    }

    @ProcedureHint(
            argument = {
                @ArgumentHint(name = "table", type = @DataTypeHint("STRING")),
                @ArgumentHint(name = "options", type = @DataTypeHint("STRING"), isOptional = true)
            },
            output = @DataTypeHint(COLUMNS))
    public Row[] call(ProcedureContext context, String table, @Nullable String options) throws Exception {
        ObjectPath path = path(table);
        DeclaredOptions declared = DeclaredOptions.of(options(path, given(options)));
        CompactionSource.Builder source = CompactionSource.of(TableAddress.of(
                                declared,
                                ObjectIdentifier.of(catalog.getName(), path.getDatabaseName(), path.getObjectName()))
                        .tableLoader())
                .interval(declared.own().get(FirnOptions.COMPACTION_JOB_INTERVAL));
        StreamExecutionEnvironment environment = environment(context.getExecutionEnvironment());
        boolean ends = environment.getConfiguration().get(ExecutionOptions.RUNTIME_MODE) == RuntimeExecutionMode.BATCH;
        DataStream<CompactionReport> reports = reports(environment, declared, () -> {
            source.config(SinkSpelling.of(declared.own()));
            return ends ? source.bounded() : source.continuous();
        });
        String job = "Compaction of " + path;
        return new Row[] {ends ? awaited(reports, job) : started(reports, job)};
    }

    /**
     * An environment that runs jobs where the session runs those of an {@code INSERT}.
     *
     * <p>Flink gives a procedure the environment of its context. The SQL gateway sets one that submits to its cluster,
     * unless another session of it is just in a call, and so does {@code flink run}. A program with nothing but a
     * {@code TableEnvironment} has none, and then it is a local one, which starts a cluster in this process whatever
     * {@code execution.target} says. It is given up for one that does as it says.
     */
    private StreamExecutionEnvironment environment(StreamExecutionEnvironment given) {
        Optional<String> target = session.getOptional(DeploymentOptions.TARGET).filter(name -> !name.equals(LOCAL));
        if (target.isEmpty() || !(given instanceof LocalStreamEnvironment)) {
            return given;
        }
        Configuration configuration =
                Configuration.fromMap(given.getConfiguration().toMap());
        configuration.set(DeploymentOptions.TARGET, target.get());
        return new StreamExecutionEnvironment(configuration);
    }

    private static DataStream<CompactionReport> reports(
            StreamExecutionEnvironment environment, DeclaredOptions declared, Supplier<CompactionSource> source) {
        try {
            int parallelism =
                    declared.own().getOptional(FirnOptions.SINK_PARALLELISM).orElseGet(environment::getParallelism);
            return environment
                    .fromSource(OwnClasses.visibleTo(source), WatermarkStrategy.noWatermarks(), "Firn compaction")
                    .uid("firn-compaction")
                    .setParallelism(parallelism);
        } catch (UnsupportedTableException | IllegalArgumentException e) {
            throw new ValidationException(e.getMessage(), e);
        }
    }

    private static Row awaited(DataStream<CompactionReport> reports, String job) throws Exception {
        long commits = 0;
        long merged = 0;
        long added = 0;
        long refused = 0;
        CloseableIterator<CompactionReport> all = reports.collectAsync();
        try {
            JobClient client = reports.getExecutionEnvironment().executeAsync(job);
            while (all.hasNext()) {
                CompactionReport report = all.next();
                commits++;
                merged += report.mergedFiles();
                added += report.newFiles();
                refused += report.refusedFiles();
            }
            client.getJobExecutionResult().get();
            return Row.of(client.getJobID().toString(), commits, merged, added, refused);
        } finally {
            all.close();
        }
    }

    private static Row started(DataStream<CompactionReport> reports, String job) throws Exception {
        reports.sinkTo(new DiscardingSink<>()).name("Nothing more to do").setParallelism(1);
        JobClient client = reports.getExecutionEnvironment().executeAsync(job);
        return Row.of(client.getJobID().toString(), null, null, null, null);
    }

    private static ObjectPath path(String table) {
        String[] names = table.split("\\.", -1);
        if (names.length != 2 || names[0].isEmpty() || names[1].isEmpty()) {
            throw new ValidationException(
                    "'" + table + "' does not name a table with its database, as in CALL sys.compact('db.accounts').");
        }
        return new ObjectPath(names[0], names[1]);
    }

    private Map<String, String> options(ObjectPath path, Map<String, String> given) {
        Map<String, String> options;
        try {
            options = new HashMap<>(catalog.getTable(path).getOptions());
        } catch (TableNotExistException e) {
            throw new ValidationException("There is no table " + path + " in catalog " + catalog.getName() + ".", e);
        }
        // What the table's property says is for the sink, which leaves compaction to this job.
        options.remove(FirnOptions.COMPACTION_THREADS.key());
        options.putAll(given);
        return options;
    }

    private static Map<String, String> given(@Nullable String options) {
        Map<String, String> given = new HashMap<>();
        if (options == null || options.isBlank()) {
            return given;
        }
        for (String option : options.split(",", -1)) {
            int equals = option.indexOf('=');
            if (equals <= 0) {
                throw new ValidationException("'" + option.strip() + "' is no option with a value. Give options as in"
                        + " options => 'compaction.threads = 2, compaction.rate-limit = 20 mb'.");
            }
            given.put(
                    option.substring(0, equals).strip(),
                    option.substring(equals + 1).strip());
        }
        return given;
    }
}
