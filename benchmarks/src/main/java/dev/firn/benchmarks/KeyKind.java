package dev.firn.benchmarks;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.apache.flink.table.data.StringData;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** Which primary key a {@link SampleTable} has. A key is made from a number; different numbers give different keys. */
public enum KeyKind {
    /** One BIGINT, the number itself. */
    BIGINT {
        @Override
        List<NestedField> columns() {
            return List.of(NestedField.required(1, "id", Types.LongType.get()));
        }

        @Override
        Object[] values(long number) {
            return new Object[] {number};
        }
    },
    /** One STRING that holds a random UUID. */
    UUID_STRING {
        @Override
        List<NestedField> columns() {
            return List.of(NestedField.required(1, "id", Types.StringType.get()));
        }

        @Override
        Object[] values(long number) {
            byte[] seed = ByteBuffer.allocate(Long.BYTES).putLong(number).array();
            return new Object[] {
                StringData.fromString(UUID.nameUUIDFromBytes(seed).toString())
            };
        }
    },
    /** A region and a customer as STRING, then a BIGINT: some forty bytes with long shared prefixes. */
    COMPOSITE {
        @Override
        List<NestedField> columns() {
            return List.of(
                    NestedField.required(1, "region", Types.StringType.get()),
                    NestedField.required(2, "customer", Types.StringType.get()),
                    NestedField.required(3, "id", Types.LongType.get()));
        }

        @Override
        Object[] values(long number) {
            Random random = new Random(number % CUSTOMERS);
            byte[] customer = new byte[12];
            random.nextBytes(customer);
            for (int i = 0; i < customer.length; i++) {
                customer[i] = (byte) ('a' + Math.floorMod(customer[i], 26));
            }
            return new Object[] {
                StringData.fromString("region-" + number % CUSTOMERS % REGIONS),
                StringData.fromString("customer-" + new String(customer, StandardCharsets.US_ASCII)),
                number
            };
        }
    };

    private static final int REGIONS = 20;
    private static final int CUSTOMERS = 10_000;

    abstract List<NestedField> columns();

    abstract Object[] values(long number);
}
