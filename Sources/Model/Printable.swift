extension Unicode.Scalar {
  /// Whether the character is a control character, of which a terminal acts on many.
  package var isControl: Bool { properties.generalCategory == .control }

  /// Whether the character is none that a person can see, and does something to those that are: control characters, ends of lines and
  /// paragraphs, and what reorders or hides the text around it (UAX #9 and #31; "Trojan Source").
  ///
  /// The two joiners (U+200C, U+200D) are none of these: scripts and emoji are written with them.
  package var isUnprintable: Bool {
    switch value {
    case ..<0x20, 0x7F..<0xA0: true
    // Arabic letter mark; zero width space, marks of direction; ends of lines and paragraphs, embeddings and overrides of direction.
    case 0x61C, 0x200B, 0x200E, 0x200F, 0x2028...0x202E: true
    // Invisible operators, isolates of direction; zero width no-break space; annotations; tags.
    case 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F: true
    default: false
    }
  }
}

extension String {
  /// The text in single quotes, with what a person could not see made visible.
  package var quoted: String { "'\(printable)'" }

  /// The text with every character that is unprintable written as `\u{…}`, so that printing it cannot move a cursor, forge a line or
  /// show words in another order.
  package var printable: String { replacingUnprintable { $0.escaped(asASCII: true) } }

  /// The same for a text of several lines: their ends, and tabs, stay.
  package var printableLines: String {
    replacingUnprintable { $0 == "\n" || $0 == "\t" ? String($0) : $0.escaped(asASCII: true) }
  }

  /// A line of a program's output as the text that it is, without what would move a terminal's cursor, colours, and the like.
  package var printableLine: String { OutputCleaner.text(of: self) }

  /// The text with `replacement` in the place of every character that is unprintable.
  package func replacingUnprintable(by replacement: (Unicode.Scalar) -> String) -> String {
    guard unicodeScalars.contains(where: \.isUnprintable) else { return self }
    return unicodeScalars.reduce(into: "") { text, scalar in
      if scalar.isUnprintable { text += replacement(scalar) } else { text.unicodeScalars.append(scalar) }
    }
  }
}
