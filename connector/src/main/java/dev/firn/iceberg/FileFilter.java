package dev.firn.iceberg;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Binder;
import org.apache.iceberg.expressions.Evaluator;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.InclusiveMetricsEvaluator;
import org.apache.iceberg.expressions.Projections;

/** Tells files that cannot hold a row of interest by their partition and their columns' metrics. One thread. */
public final class FileFilter {

    private final Expression rows;
    private final Set<Integer> columns;
    private final InclusiveMetricsEvaluator metrics;
    private final Map<Integer, Evaluator> partitions = new HashMap<>();

    /** @param rows which rows are of interest: an expression over the schema's columns */
    public FileFilter(Schema schema, Expression rows) {
        this.rows = rows;
        this.columns = new HashSet<>(Binder.boundReferences(schema.asStruct(), List.of(rows), true));
        this.columns.addAll(schema.identifierFieldIds());
        this.metrics = new InclusiveMetricsEvaluator(schema, rows);
    }

    boolean mayMatch(DataFile file, PartitionSpec spec) {
        return metrics.eval(file)
                && partitions
                        .computeIfAbsent(
                                spec.specId(),
                                id -> new Evaluator(
                                        spec.partitionType(),
                                        Projections.inclusive(spec).project(rows)))
                        .eval(file.partition());
    }

    /** A copy of the file without metrics, but for those that are looked at, and those of the primary key. */
    DataFile strip(DataFile file) {
        return LiveFiles.copy(file, columns);
    }
}
