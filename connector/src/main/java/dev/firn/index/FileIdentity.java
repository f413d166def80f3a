package dev.firn.index;

import org.apache.iceberg.DataFile;

/**
 * Which data file an index describes. A data file never changes, so that these three tell it from any other.
 *
 * @param length in bytes
 */
record FileIdentity(String location, long length, long rows) {

    static FileIdentity of(DataFile file) {
        return new FileIdentity(file.location(), file.fileSizeInBytes(), file.recordCount());
    }
}
