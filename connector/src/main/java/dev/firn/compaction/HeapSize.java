package dev.firn.compaction;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.variants.Variant;
import org.jspecify.annotations.Nullable;

/** Estimates what a row takes on the heap, in Iceberg's internal values. */
final class HeapSize {

    private static final int OBJECT_BYTES = 24;
    private static final int REFERENCE_BYTES = 8;

    private HeapSize() {}

    static long of(StructLike struct) {
        long bytes = OBJECT_BYTES;
        for (int i = 0; i < struct.size(); i++) {
            bytes += REFERENCE_BYTES + of(struct.get(i, Object.class));
        }
        return bytes;
    }

    private static long of(@Nullable Object value) {
        if (value == null) {
            return 0;
        }
        if (value instanceof CharSequence text) {
            return 2 * OBJECT_BYTES + 2L * text.length();
        }
        if (value instanceof ByteBuffer buffer) {
            return 3 * OBJECT_BYTES + (long) buffer.remaining();
        }
        if (value instanceof StructLike struct) {
            return of(struct);
        }
        if (value instanceof List<?> list) {
            return OBJECT_BYTES
                    + list.stream()
                            .mapToLong(element -> REFERENCE_BYTES + of(element))
                            .sum();
        }
        if (value instanceof Map<?, ?> map) {
            return OBJECT_BYTES
                    + map.entrySet().stream()
                            .mapToLong(entry -> 2 * OBJECT_BYTES + of(entry.getKey()) + of(entry.getValue()))
                            .sum();
        }
        if (value instanceof Variant variant) {
            return 2 * OBJECT_BYTES
                    + variant.metadata().sizeInBytes()
                    + (long) variant.value().sizeInBytes();
        }
        return OBJECT_BYTES;
    }
}
