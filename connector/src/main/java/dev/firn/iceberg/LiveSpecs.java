package dev.firn.iceberg;

import java.util.HashSet;
import java.util.Set;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/** The partition specs that a table's live files may have. */
final class LiveSpecs {

    private LiveSpecs() {}

    /**
     * Ids of the present spec and of those that live files have. As long as no file has the present one, files of any
     * other may be on their way: in a checkpoint of the job that wrote before the spec was changed.
     */
    static Set<Integer> ids(Table table) {
        Set<Integer> live = ofFiles(table);
        int present = table.spec().specId();
        if (!live.contains(present) && Marker.ofProperties(table.properties()).isPresent()) {
            live.addAll(table.specs().keySet());
        }
        live.add(present);
        return live;
    }

    private static Set<Integer> ofFiles(Table table) {
        Set<Integer> ids = new HashSet<>();
        Snapshot snapshot = table.currentSnapshot();
        if (snapshot != null) {
            for (ManifestFile manifest : snapshot.dataManifests(table.io())) {
                if (manifest.hasAddedFiles() || manifest.hasExistingFiles()) {
                    ids.add(manifest.partitionSpecId());
                }
            }
        }
        return ids;
    }
}
