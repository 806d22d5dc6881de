# haven_embed_migrations(OUT FUNCTION FOLDER): writes a source file that defines
# `std::span<const haven::store::Migration> FUNCTION()` from FOLDER/NNNN_name.sql, and sets OUT to its path.
function(haven_embed_migrations out function folder)
  file(GLOB files CONFIGURE_DEPENDS ${folder}/*.sql)
  list(SORT files)
  set(steps "")
  foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME)
    if(NOT name MATCHES "^([0-9][0-9][0-9][0-9])_[a-z0-9_]+\\.sql$")
      message(FATAL_ERROR "${file}: expected a name such as 0001_messages.sql")
    endif()
    string(REGEX REPLACE "^0+" "" number ${CMAKE_MATCH_1})
    file(READ ${file} sql)
    string(APPEND steps "    {${number}, \"${name}\", R\"sql(${sql})sql\"},\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  endforeach()
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${function}.cpp)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT "#include \"core/store/engine/migration.h\"

std::span<const haven::store::Migration> ${function}() {
    static constexpr haven::store::Migration steps[] = {
${steps}    };
    return steps;
}
")
  set(${out} ${source} PARENT_SCOPE)
endfunction()
