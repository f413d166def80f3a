package dev.firn.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintStream;
import java.nio.file.Path;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;

/**
 * Kafka's own cluster for tests, of one node, until its input ends. Its only line of output is {@code ready} and the
 * address of the broker.
 */
public final class KafkaRunner {

    private KafkaRunner() {}

    /** @param args the directory for its data, which must exist */
    public static void main(String[] args) throws Exception {
        PrintStream answers = new PrintStream(System.out, true, UTF_8);
        System.setOut(System.err);
        TestKitNodes nodes = new TestKitNodes.Builder()
                .setCombined(true)
                .setNumControllerNodes(1)
                .setNumBrokerNodes(1)
                .setBaseDirectory(Path.of(args[0]))
                .build();
        KafkaClusterTestKit kafka = new KafkaClusterTestKit.Builder(nodes)
                .setConfigProp("offsets.topic.num.partitions", 1)
                .setConfigProp("offsets.topic.replication.factor", (short) 1)
                .setConfigProp("group.initial.rebalance.delay.ms", 0)
                .build();
        try {
            kafka.format();
            kafka.startup();
            kafka.waitForReadyBrokers();
            answers.println("ready " + kafka.bootstrapServers());
            System.in.transferTo(PrintStream.nullOutputStream());
        } finally {
            kafka.close();
        }
        System.exit(0);
    }
}
