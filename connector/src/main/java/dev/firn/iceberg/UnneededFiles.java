package dev.firn.iceberg;

import java.util.Collection;
import org.apache.iceberg.io.BulkDeletionFailureException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.SupportsBulkOperations;
import org.apache.iceberg.util.Tasks;
import org.apache.iceberg.util.ThreadPools;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes files that nobody needs, many at a time. One that cannot be deleted is logged and left behind. */
final class UnneededFiles {

    private static final Logger LOG = LoggerFactory.getLogger(UnneededFiles.class);

    private UnneededFiles() {}

    static void delete(Collection<String> locations, FileIO io) {
        if (io instanceof SupportsBulkOperations bulk) {
            try {
                bulk.deleteFiles(locations);
            } catch (BulkDeletionFailureException e) {
                LOG.warn("{} of {} files could not be deleted", e.numberFailedObjects(), locations.size(), e);
            }
            return;
        }
        Tasks.foreach(locations)
                .executeWith(ThreadPools.getWorkerPool())
                .suppressFailureWhenFinished()
                .onFailure((file, e) -> LOG.warn("File {} could not be deleted", file, e))
                .run(io::deleteFile);
    }
}
