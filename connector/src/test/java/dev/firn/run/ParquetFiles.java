package dev.firn.run;

import java.io.IOException;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.SeekableInputStream;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.DelegatingSeekableInputStream;

/** Run files as Parquet itself sees them. */
public final class ParquetFiles {

    private ParquetFiles() {}

    public static ParquetFileReader open(FileIO io, DataFile file) throws IOException {
        InputFile input = io.newInputFile(file.location());
        return ParquetFileReader.open(new org.apache.parquet.io.InputFile() {
            @Override
            public long getLength() {
                return input.getLength();
            }

            @Override
            public org.apache.parquet.io.SeekableInputStream newStream() {
                SeekableInputStream stream = input.newStream();
                return new DelegatingSeekableInputStream(stream) {
                    @Override
                    public long getPos() throws IOException {
                        return stream.getPos();
                    }

                    @Override
                    public void seek(long position) throws IOException {
                        stream.seek(position);
                    }
                };
            }
        });
    }
}
