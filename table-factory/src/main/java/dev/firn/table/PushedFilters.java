package dev.firn.table;

import java.util.List;
import java.util.Optional;
import org.apache.flink.table.expressions.FieldReferenceExpression;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.apache.flink.table.expressions.ValueLiteralExpression;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;
import org.apache.iceberg.Schema;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Binder;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.flink.FlinkFilters;
import org.apache.iceberg.flink.FlinkSchemaUtil;

/**
 * Which of a query's conditions the table can be asked. They may let more rows through than the query wants, so Flink
 * applies them again, but never fewer.
 */
final class PushedFilters {

    private static final int MICROSECONDS = 6;

    private final RowType columns;
    private final Schema schema;

    /** @param columns the physical ones */
    PushedFilters(RowType columns) {
        this.columns = columns;
        this.schema = FlinkSchemaUtil.convert(columns).asStructType().asSchema();
    }

    /** Those of the conditions that Iceberg evaluates as Flink does. */
    List<ResolvedExpression> pushable(List<ResolvedExpression> conditions) {
        return conditions.stream()
                .filter(condition -> convert(condition).isPresent())
                .toList();
    }

    /** What all pushable conditions say together. */
    Expression expression(List<ResolvedExpression> conditions) {
        return conditions.stream()
                .flatMap(condition -> convert(condition).stream())
                .reduce(Expressions.alwaysTrue(), Expressions::and);
    }

    private Optional<Expression> convert(ResolvedExpression condition) {
        if (!isComparable(condition)) {
            return Optional.empty();
        }
        try {
            Optional<Expression> expression = FlinkFilters.convert(condition);
            expression.ifPresent(bound -> Binder.bind(schema.asStruct(), bound, true));
            return expression;
        } catch (ValidationException | IllegalArgumentException e) {
            // A value that Iceberg does not compare with the column, such as a decimal of another scale.
            return Optional.empty();
        }
    }

    /** Whether all fields are columns of types whose values Iceberg has as Flink has them. */
    private boolean isComparable(ResolvedExpression condition) {
        if (condition instanceof FieldReferenceExpression field) {
            int column = columns.getFieldIndex(field.getName());
            return column >= 0 && isComparable(columns.getTypeAt(column));
        }
        if (condition instanceof ValueLiteralExpression literal && isZeroWithSign(literal)) {
            return false;
        }
        return condition.getResolvedChildren().stream().allMatch(this::isComparable);
    }

    /** Flink takes 0.0 and -0.0 for equal, Iceberg does not. */
    private static boolean isZeroWithSign(ValueLiteralExpression literal) {
        return literal.getOutputDataType().getLogicalType().is(LogicalTypeFamily.APPROXIMATE_NUMERIC)
                && literal.getValueAs(Number.class)
                        .map(value -> value.doubleValue() == 0)
                        .orElse(false);
    }

    private static boolean isComparable(LogicalType type) {
        return switch (type.getTypeRoot()) {
            case BOOLEAN, INTEGER, BIGINT, FLOAT, DOUBLE, DECIMAL, CHAR, VARCHAR, BINARY, VARBINARY, DATE -> true;
            case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
                // iceberg-flink gives microseconds to columns of nanoseconds, too.
                LogicalTypeChecks.getPrecision(type) <= MICROSECONDS;
            default -> false;
        };
    }
}
