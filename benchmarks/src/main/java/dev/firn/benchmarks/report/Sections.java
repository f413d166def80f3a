package dev.firn.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The parts of a document that a program writes: each is between {@code <!-- name -->} and {@code <!-- /name -->}. */
public final class Sections {

    private Sections() {}

    /**
     * Writes sections anew and leaves the rest of the document as it is.
     *
     * @param contents by name
     * @throws IllegalArgumentException if the document lacks a section
     */
    public static void rewrite(Path document, Map<String, String> contents) throws IOException {
        String text = Files.readString(document);
        for (Map.Entry<String, String> section : contents.entrySet()) {
            text = replaced(text, section.getKey(), section.getValue());
        }
        Files.writeString(document, text);
    }

    static String replaced(String document, String name, String content) {
        String opening = "<!-- " + name + " -->";
        String closing = "<!-- /" + name + " -->";
        int start = document.indexOf(opening);
        int end = document.indexOf(closing);
        if (start < 0 || end < start) {
            throw new IllegalArgumentException(
                    "The document has no section '" + name + "': " + opening + " and " + closing + " are to mark it");
        }
        return document.substring(0, start + opening.length())
                + "\n\n" + content.strip() + "\n\n"
                + document.substring(end);
    }
}
