package client;

import static client.Given.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leadscore.Bundles;
import org.leadscore.ImportOptions;
import org.leadscore.LeadEvents;
import org.leadscore.LeadFiles;
import org.leadscore.LeadStore;
import org.leadscore.LeadTable;
import org.leadscore.Model;
import org.leadscore.Status;
import org.leadscore.Store;
import org.leadscore.StoreOptions;
import org.leadscore.Trainer;

/** Paths of other files than the system's: the file of the same name there is another one. */
class FilesTest {
    @TempDir Path folder;

    private static List<Consumer<Path>> calls(Store store, byte[] bundle) {
        return List.of(
                Model::load,
                path -> Bundles.write(path, bundle),
                path -> Bundles.importModel(path, ImportOptions.DEFAULT),
                path -> Store.open(path, StoreOptions.CREATE),
                path -> Store.restore(path, Path.of("restored.db"), null, false, null),
                path -> Store.restore(Path.of("backup.db"), path, null, false, null),
                store::backup,
                path -> new Trainer().inferSpec(new LeadTable(path, "label")),
                path -> new Trainer().inferSpec(new LeadEvents(path, "{}")),
                path -> new Trainer().inferSpec(new LeadFiles(path)),
                path -> new Trainer().inferSpec(new LeadStore(path, "acme")));
    }

    @Test
    void aPathWithinAnArchiveIsRefused() throws Exception {
        Path real = Files.copy(Given.STARTER, folder.resolve("model.lsm"));
        try (FileSystem archive = FileSystems.newFileSystem(folder.resolve("a.zip"), Map.of("create", "true"));
                Store store = Store.inMemory()) {
            Path within = archive.getPath(real.toString());
            assertFalse(Files.exists(within));
            for (Consumer<Path> call : calls(store, new byte[9])) {
                fails(Status.INVALID_ARG, "must be a file of the system", () -> call.accept(within));
            }
        }
        assertEquals(-1, Files.mismatch(Given.STARTER, real));
    }
}
