package dev.firn.iceberg;

import dev.firn.dv.DeletionVectors;
import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import dev.firn.lsm.Levels;
import dev.firn.run.RunFile;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.util.Tasks;
import org.apache.iceberg.util.ThreadPools;
import org.jspecify.annotations.Nullable;

/** The dead rows of live files, by location. Vectors are read side by side: each is a request to the object store. */
final class LiveVectors {

    private final Map<String, PositionSet> dead;

    private LiveVectors(Map<String, PositionSet> dead) {
        this.dead = dead;
    }

    static LiveVectors read(Collection<LiveFile> files, FileIO io) {
        Map<String, PositionSet> dead = new ConcurrentHashMap<>();
        Tasks.foreach(files)
                .executeWith(threads(files))
                .stopOnFailure()
                .run(file -> dead.put(file.location(), read(file, io)));
        return new LiveVectors(dead);
    }

    /** Files as a bucket sees them. */
    static Levels levels(Collection<LiveFile> files, FileIO io) {
        LiveVectors vectors = read(files, io);
        return new Levels(files.stream()
                .map(file -> new LiveRun(RunFile.of(file.file()), vectors.of(file)))
                .toList());
    }

    /** None for few: another thread costs more than it saves where files are near. */
    private static @Nullable ExecutorService threads(Collection<LiveFile> files) {
        return files.stream().filter(LiveFile::hasDeadRows).count() > 1 ? ThreadPools.getWorkerPool() : null;
    }

    private static PositionSet read(LiveFile file, FileIO io) {
        DeleteFile vector = file.vector();
        if (vector != null) {
            return DeletionVectors.read(io, vector, file.location());
        }
        return file.positionDeletes().isEmpty() ? PositionSet.EMPTY : positions(file, io);
    }

    private static PositionSet positions(LiveFile file, FileIO io) {
        PositionSet.Builder positions = PositionSet.builder();
        new BaseDeleteLoader(io::newInputFile)
                .loadPositionDeletes(file.positionDeletes(), file.location())
                .forEach(positions::add);
        return positions.build();
    }

    /** @param file one of those that were read */
    PositionSet of(LiveFile file) {
        return Objects.requireNonNull(dead.get(file.location()), file.location());
    }
}
