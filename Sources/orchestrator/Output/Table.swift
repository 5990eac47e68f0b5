import Orchestrator

/// Rows under headings, each column as wide as its widest cell.
struct Table: CustomStringConvertible {
  private let rows: [[String]]

  init(_ headings: [String], _ rows: [[String]]) { self.rows = [headings] + rows }

  var description: String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).enumerated().map { index, cell in index == row.count - 1 ? cell.0 : cell.0.padded(to: cell.1 + 3)
      }.joined()
    }.joined(separator: "\n")
  }
}
